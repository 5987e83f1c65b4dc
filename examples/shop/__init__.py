"""A shop: products, customers and orders."""
