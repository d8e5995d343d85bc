// Nothing is offered: see NoHTTPClient.c.
