"""What people type: fields in the design system's shapes, and one form for each act."""
