"""信用淮安: the public face (门户). Anonymous, read-only, asks only publication, law and public modules."""
