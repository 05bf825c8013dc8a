"""What stands on the whole terminal: sign-in, order queue, verification, help."""
