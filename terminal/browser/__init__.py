"""The station in a browser: the server, and the program behind each window that it opens."""
