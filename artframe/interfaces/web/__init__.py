"""Web: the page, the API and the events of the frame, over HTTP."""
