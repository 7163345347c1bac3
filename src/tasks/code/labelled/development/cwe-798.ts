/** Hard-coded credentials: twins for development. */
import { python, type Twin } from '../twin.ts';

export const twins: readonly Twin[] = [
  {
    name: 'database password',
    vulnerable: python`
import psycopg2

def connect():
    return psycopg2.connect(
        host="db.internal",
        user="reports",
        password="Winter-Garden-42",
        dbname="sales",
    )
`,
    safe: python`
import os
import psycopg2

def connect():
    return psycopg2.connect(
        host="db.internal",
        user="reports",
        password=os.environ["REPORTS_DB_PASSWORD"],
        dbname="sales",
    )
`,
  },
  {
    name: 'api key constant',
    vulnerable: python`
import requests

API_KEY = "wk_9f27c1d4e8b64a0bb3"
URL = "https://api.weather.example/v2/forecast"

def forecast(city):
    return requests.get(URL, params={"q": city}, headers={"X-Api-Key": API_KEY}, timeout=10).json()
`,
    safe: python`
import os
import requests

API_KEY = os.getenv("WEATHER_API_KEY")
URL = "https://api.weather.example/v2/forecast"

def forecast(city):
    return requests.get(URL, params={"q": city}, headers={"X-Api-Key": API_KEY}, timeout=10).json()
`,
  },
  {
    name: 'admin login',
    vulnerable: python`
def login(username, password):
    if username == "admin" and password == "letmein2020":
        return {"role": "admin"}
    return None
`,
    safe: python`
import hashlib
import hmac

def login(users, username, password):
    user = users.get(username)
    if user is None:
        return None
    digest = hashlib.scrypt(password.encode(), salt=user["salt"], n=2**14, r=8, p=1)
    if hmac.compare_digest(digest, user["digest"]):
        return {"role": user["role"]}
    return None
`,
  },
  {
    name: 'connection string',
    vulnerable: python`
from sqlalchemy import create_engine

engine = create_engine("postgresql://app:s3cr3tpw@db.internal:5432/app")

def count(table):
    return engine.connect().exec_driver_sql("SELECT COUNT(*) FROM visits").scalar()
`,
    safe: python`
import os
from sqlalchemy import create_engine

engine = create_engine(os.environ.get("DATABASE_URL", "postgresql://localhost:5432/app"))

def count(table):
    return engine.connect().exec_driver_sql("SELECT COUNT(*) FROM visits").scalar()
`,
  },
  {
    name: 'flask secret',
    hard: 'the safe twin is full of words that look like secrets',
    vulnerable: python`
from flask import Flask, session

app = Flask(__name__)
app.secret_key = "do-not-tell-anyone"

@app.route("/visits")
def visits():
    session["visits"] = session.get("visits", 0) + 1
    return {"visits": session["visits"]}
`,
    safe: python`
import os
from flask import Flask, session

SECRET_NAME = "SESSION_SECRET"
PASSWORD_FIELD = "password"
TOKEN_URL = "https://auth.example.com/oauth/token"

app = Flask(__name__)
app.secret_key = os.environ[SECRET_NAME]

@app.route("/visits")
def visits():
    session["visits"] = session.get("visits", 0) + 1
    return {"visits": session["visits"]}
`,
  },
  {
    name: 'default argument',
    vulnerable: python`
import smtplib

def send_mail(message, sender, recipient, user="mailer", password="mailer-pw-2019"):
    with smtplib.SMTP("mail.example.com", 587) as server:
        server.starttls()
        server.login(user, password)
        server.sendmail(sender, recipient, message)
`,
    safe: python`
import getpass
import smtplib

def send_mail(message, sender, recipient, user="mailer", password=None):
    if password is None:
        password = getpass.getpass("Password: ")
    with smtplib.SMTP("mail.example.com", 587) as server:
        server.starttls()
        server.login(user, password)
        server.sendmail(sender, recipient, message)
`,
  },
];
