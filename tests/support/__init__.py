"""What tests of several apps need."""
