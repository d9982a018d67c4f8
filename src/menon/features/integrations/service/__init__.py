"""What integrations do: `from menon.features.integrations import service as integrations`."""
