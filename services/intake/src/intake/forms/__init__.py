"""What people send to intake: the form of each act, and of what is looked for."""
