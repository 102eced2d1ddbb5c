"""On-call posts (5.2): what each post is given for 2020, and the envelope that all of them share."""
