"""`python -m orders_api`."""

from orders_api.commands import main

if __name__ == "__main__":
    main()
