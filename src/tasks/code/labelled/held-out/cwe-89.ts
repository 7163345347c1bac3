/** SQL injection: held-out twins. No rule was changed because of them. */
import { python, type Twin } from '../twin.ts';

export const twins: readonly Twin[] = [
  {
    name: 'login check',
    vulnerable: python`
import mysql.connector

def authenticate(config, username, password_hash):
    connection = mysql.connector.connect(**config)
    cursor = connection.cursor()
    query = "SELECT id FROM users WHERE username = '%s' AND password_hash = '%s'" % (username, password_hash)
    cursor.execute(query)
    return cursor.fetchone() is not None
`,
    safe: python`
import mysql.connector

def authenticate(config, username, password_hash):
    connection = mysql.connector.connect(**config)
    cursor = connection.cursor()
    query = "SELECT id FROM users WHERE username = %s AND password_hash = %s"
    cursor.execute(query, (username, password_hash))
    return cursor.fetchone() is not None
`,
  },
  {
    name: 'filters put together',
    vulnerable: python`
def search_books(db, author=None, year=None):
    conditions = []
    if author:
        conditions.append(f"author = '{author}'")
    if year:
        conditions.append(f"year = {year}")
    sql = "SELECT title, author, year FROM books"
    if conditions:
        sql += " WHERE " + " AND ".join(conditions)
    return db.execute(sql).fetchall()
`,
    safe: python`
def search_books(db, author=None, year=None):
    conditions, values = [], []
    if author:
        conditions.append("author = ?")
        values.append(author)
    if year:
        conditions.append("year = ?")
        values.append(year)
    sql = "SELECT title, author, year FROM books"
    if conditions:
        sql += " WHERE " + " AND ".join(conditions)
    return db.execute(sql, values).fetchall()
`,
    hard: 'the text is collected in a list',
  },
  {
    name: 'django raw',
    vulnerable: python`
from django.shortcuts import render
from .models import Ticket

def tickets(request):
    status = request.GET.get("status", "open")
    rows = Ticket.objects.raw("SELECT * FROM desk_ticket WHERE status = '" + status + "'")
    return render(request, "tickets.html", {"tickets": rows})
`,
    safe: python`
from django.shortcuts import render
from .models import Ticket

def tickets(request):
    status = request.GET.get("status", "open")
    rows = Ticket.objects.raw("SELECT * FROM desk_ticket WHERE status = %s", [status])
    return render(request, "tickets.html", {"tickets": rows})
`,
  },
  {
    name: 'limit as a number',
    hard: 'the safe twin interpolates, after a conversion',
    vulnerable: python`
import sqlite3

def latest(path, limit):
    with sqlite3.connect(path) as db:
        return list(db.execute(f"SELECT * FROM events ORDER BY at DESC LIMIT {limit}"))
`,
    safe: python`
import sqlite3

def latest(path, limit):
    limit = min(max(int(limit), 1), 100)
    with sqlite3.connect(path) as db:
        return list(db.execute(f"SELECT * FROM events ORDER BY at DESC LIMIT {limit}"))
`,
  },
  {
    name: 'asyncpg insert',
    vulnerable: python`
import asyncpg

async def add_city(dsn: str, name: str, country: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(
            "INSERT INTO cities (name, country) VALUES ('" + name + "', '" + country + "')"
        )
    finally:
        await connection.close()
`,
    safe: python`
import asyncpg

async def add_city(dsn: str, name: str, country: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(
            "INSERT INTO cities (name, country) VALUES ($1, $2)", name, country
        )
    finally:
        await connection.close()
`,
  },
  {
    name: 'quoted by hand',
    hard: 'doubling quotes in one of two values is no defence',
    vulnerable: python`
def update_note(cursor, note_id, text):
    escaped = text.replace("'", "''")
    cursor.execute("UPDATE notes SET body = '" + escaped + "' WHERE id = " + note_id)
    return cursor.rowcount
`,
    safe: python`
TABLE = "notes"

def update_note(cursor, note_id, text):
    cursor.execute(f"UPDATE {TABLE} SET body = ? WHERE id = ?", (text, note_id))
    return cursor.rowcount
`,
  },
];
