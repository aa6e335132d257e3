"""The same small applications in Dram, Flask, Bottle and bare Werkzeug, and a process that measures them."""
