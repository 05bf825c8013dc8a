"""The commands of `tallyman`, one module for each group, loaded when its command is given."""
