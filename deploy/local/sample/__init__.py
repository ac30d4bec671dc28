"""The sample: the tables of an invented company, whose rows are made here and need no download.

`schema.sql` has the tables. `invoices`, `social_posts`, `ad_reports` and `agent_context` make their rows from `words`
and `prose`, drawn by `dice` and written by `copy_text`; `tables` lists them, and `loading` puts them into PostgreSQL.
The same number of rows gives the same bytes, on every machine and with every version of Python; so do the first rows of
a larger number. Companies are invented, people are roles.
"""
