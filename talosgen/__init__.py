"""talosgen compiles the node configurations of Talos Linux."""
