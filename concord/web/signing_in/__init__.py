"""Signing in: who half is and who wholly is, second factors, fresh proof, and how often one tries.

Owns what a browser has proved of whoever sits before it, and until when that counts. Decides
nothing about what somebody may do once signed in: the table of access does.
"""
