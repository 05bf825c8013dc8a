"""What people hear: one short sound for each kind of verdict, played by a program that the computer has."""
