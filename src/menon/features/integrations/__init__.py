"""Integrations: webhooks out and in, queues, registered model servers, outgoing HTTP."""
