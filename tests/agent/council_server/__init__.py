"""A council's own actions, some of them bad; served by a real Rasa action server in the tests."""
