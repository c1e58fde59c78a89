"""Tables in and out: imports, syncs, exports, snapshots."""
