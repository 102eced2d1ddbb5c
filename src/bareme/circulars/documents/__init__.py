"""From bytes to blocks: headings, paragraphs and tables of located cells. Nothing here knows what a tariff is."""
