/** SQL injection: twins for development. */
import { python, type Twin } from '../twin.ts';

export const twins: readonly Twin[] = [
  {
    name: 'user by name',
    vulnerable: python`
import sqlite3

def find_user(db_path, username):
    conn = sqlite3.connect(db_path)
    cur = conn.cursor()
    cur.execute(f"SELECT id, email FROM users WHERE name = '{username}'")
    row = cur.fetchone()
    conn.close()
    return row
`,
    safe: python`
import sqlite3

def find_user(db_path, username):
    conn = sqlite3.connect(db_path)
    cur = conn.cursor()
    cur.execute("SELECT id, email FROM users WHERE name = ?", (username,))
    row = cur.fetchone()
    conn.close()
    return row
`,
  },
  {
    name: 'flask product search',
    vulnerable: python`
from flask import Flask, request, jsonify
import psycopg2

app = Flask(__name__)

@app.route("/products")
def products():
    term = request.args.get("term")
    connection = psycopg2.connect("dbname=shop")
    with connection.cursor() as cursor:
        sql = "SELECT * FROM products WHERE title LIKE '%" + term + "%' ORDER BY price"
        cursor.execute(sql)
        return jsonify(cursor.fetchall())
`,
    safe: python`
from flask import Flask, request, jsonify
import psycopg2

app = Flask(__name__)

@app.route("/products")
def products():
    term = request.args.get("term")
    connection = psycopg2.connect("dbname=shop")
    with connection.cursor() as cursor:
        sql = "SELECT * FROM products WHERE title LIKE %s ORDER BY price"
        cursor.execute(sql, ("%" + term + "%",))
        return jsonify(cursor.fetchall())
`,
  },
  {
    name: 'sorting by a chosen column',
    hard: 'a column cannot be a parameter; the safe twin builds SQL from a checked name',
    vulnerable: python`
def list_orders(conn, sort_by="date", descending=False):
    query = "SELECT id, date, total FROM orders ORDER BY " + sort_by
    if descending:
        query += " DESC"
    return conn.execute(query).fetchall()
`,
    safe: python`
SORTABLE = ("date", "total", "id")

def list_orders(conn, sort_by="date", descending=False):
    if sort_by not in SORTABLE:
        raise ValueError(f"cannot sort by {sort_by}")
    query = "SELECT id, date, total FROM orders ORDER BY " + sort_by
    if descending:
        query += " DESC"
    return conn.execute(query).fetchall()
`,
  },
  {
    name: 'many ids',
    hard: 'the safe twin builds its placeholders',
    vulnerable: python`
def fetch_many(cursor, ids):
    joined = ",".join(str(i) for i in ids)
    cursor.execute("SELECT * FROM items WHERE id IN (%s)" % joined)
    return cursor.fetchall()
`,
    safe: python`
def fetch_many(cursor, ids):
    marks = ",".join("?" for _ in ids)
    cursor.execute("SELECT * FROM items WHERE id IN (%s)" % marks, list(ids))
    return cursor.fetchall()
`,
  },
  {
    name: 'repository class',
    vulnerable: python`
import sqlite3

class Accounts:
    def __init__(self, path):
        self.db = sqlite3.connect(path)

    def rename(self, account_id, name):
        statement = "UPDATE accounts SET name = '{}' WHERE id = {}".format(name, account_id)
        with self.db:
            self.db.execute(statement)

    def delete(self, account_id):
        with self.db:
            self.db.execute("DELETE FROM accounts WHERE id = %s" % account_id)
`,
    safe: python`
import sqlite3

class Accounts:
    def __init__(self, path):
        self.db = sqlite3.connect(path)

    def rename(self, account_id, name):
        statement = "UPDATE accounts SET name = :name WHERE id = :id"
        with self.db:
            self.db.execute(statement, {"name": name, "id": account_id})

    def delete(self, account_id):
        with self.db:
            self.db.execute("DELETE FROM accounts WHERE id = ?", [account_id])
`,
  },
  {
    name: 'sqlalchemy text',
    vulnerable: python`
from sqlalchemy import create_engine, text

engine = create_engine("sqlite:///shop.db")

def sales_in(region: str, year: str):
    with engine.connect() as connection:
        result = connection.execute(
            text(f"SELECT SUM(total) FROM sales WHERE region = '{region}' AND year = {year}")
        )
        return result.scalar()
`,
    safe: python`
from sqlalchemy import create_engine, text

engine = create_engine("sqlite:///shop.db")

def sales_in(region: str, year: str):
    with engine.connect() as connection:
        result = connection.execute(
            text("SELECT SUM(total) FROM sales WHERE region = :region AND year = :year"),
            {"region": region, "year": year},
        )
        return result.scalar()
`,
  },
];
