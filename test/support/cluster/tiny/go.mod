module kalisi.local/test/tiny

go 1.25.11
