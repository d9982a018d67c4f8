"""The application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Path, Query
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import rules
from app.database import Base, Book, engine, session
from app.shapes import BookIn, BookOut, Fine, Problem

KEY = "desk"
Db = Annotated[Session, Depends(session)]
Id = Annotated[int, Path(ge=1, le=2**31)]


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Make the table."""
    Base.metadata.create_all(engine)
    yield


app = FastAPI(title="Lending", version="0.1.0", lifespan=lifespan)


def clerk(
    given: Annotated[HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False))],
) -> str:
    """Who asks; only the desk may."""
    if given is None or given.credentials != KEY:
        raise HTTPException(401, "Sign in.", {"WWW-Authenticate": "Bearer"})
    return "desk"


Clerk = Annotated[str, Depends(clerk)]
ERRORS = {code: {"model": Problem} for code in (400, 401, 404, 409)}


def found(db: Session, number: int) -> Book:
    """The book, or a 404."""
    book = db.get(Book, number)
    if book is None:
        raise HTTPException(404, "There is no such book.")
    return book


@app.post("/books", status_code=201, responses={code: ERRORS[code] for code in (400, 401, 409)})
def add(given: BookIn, db: Db, _: Clerk) -> BookOut:
    """Put a book on the shelf."""
    book = Book(**given.model_dump())
    db.add(book)
    try:
        db.commit()
    except IntegrityError as error:
        raise HTTPException(409, "This book is there already.") from error
    return BookOut.model_validate(book)


@app.get("/books", responses={401: ERRORS[401]})
def shelf(db: Db, _: Clerk, limit: Annotated[int, Query(ge=1, le=100)] = 20) -> list[BookOut]:
    """The first books."""
    rows = db.scalars(select(Book).order_by(Book.id).limit(limit))
    return [BookOut.model_validate(row) for row in rows]


@app.get("/books/{number}", responses={401: ERRORS[401], 404: ERRORS[404]})
def one(number: Id, db: Db, _: Clerk) -> BookOut:
    """One book."""
    return BookOut.model_validate(found(db, number))


@app.delete("/books/{number}", status_code=204, responses={401: ERRORS[401], 404: ERRORS[404]})
def remove(number: Id, db: Db, _: Clerk) -> None:
    """Take a book away."""
    db.delete(found(db, number))
    db.commit()


@app.get("/fines")
def fines(days: Annotated[int, Query(ge=0, le=10_000)]) -> Fine:
    """What is owed after so many days."""
    return Fine(cents=rules.fine(days))
