"""Reading the two kinds of file in bounded memory (读表): delimited text and XLSX."""
