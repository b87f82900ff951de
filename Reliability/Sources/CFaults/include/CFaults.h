// Nothing to call: the library acts by being loaded before a program (see faults.c).
