"""Nothing typed is lost, and no act is done twice."""
