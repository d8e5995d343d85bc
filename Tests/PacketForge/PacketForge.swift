// Packets from fields.
