"""What endusers did and what was measured: activities, metrics, events, which go to the analytics host."""
