"""The conditions of application of the agreement of 2020 (clause 14), for a declared week and for a list of acts."""
