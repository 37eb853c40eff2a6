"""`python -m concord`: the concord command."""

from concord.cli.main import main

raise SystemExit(main())
