"""A synchronous database or store call, in code on the event loop: FAL103 directly, FAL203 through helpers.

## What it finds
The catalogue's category `database`: database drivers, sessions and engines of ORMs, key-value and document stores, search engines, vector
stores.

FAL103 marks such a call in an `async def` function or in other code that runs on the event loop. FAL203 marks the last call that code on
the loop makes before synchronous functions of the project take over and end in such a call; its chain shows every step.

## Why it matters
A query takes as long as the database takes, and a connection pool that is empty makes it wait for seconds. Sessions, cursors and
connections keep state between calls: do not hand single calls of one session to threads, hand over the whole unit of work, or declare the
path operation `def`.

## Example
    from sqlalchemy import text
    from sqlalchemy.orm import Session

    async def count(session: Session):
        return session.execute(text("select count(*) from users")).scalar()

## Instead
    from sqlalchemy import text
    from sqlalchemy.ext.asyncio import AsyncSession

    async def count(session: AsyncSession):
        return (await session.execute(text("select count(*) from users"))).scalar()

## Example through a helper
    from sqlalchemy import text
    from sqlalchemy.orm import Session

    def count(session: Session):
        return session.execute(text("select count(*) from users")).scalar()

    async def statistics(session: Session):
        return {"users": count(session)}

## Instead through a helper
    from fastapi.concurrency import run_in_threadpool
    from sqlalchemy import text
    from sqlalchemy.orm import Session

    def count(session: Session):
        return session.execute(text("select count(*) from users")).scalar()

    async def statistics(session: Session):
        return {"users": await run_in_threadpool(count, session)}

## Fix safety
Safe for clients that many threads may use at once (`redis.Redis`, `pymongo`), and for helpers that were scanned clean. Sessions,
connections and cursors keep state between calls: their calls are moved together, which is unsafe. The function is declared `def`, a
`with` block or a run of calls is lifted into one worker thread, or a chain of calls becomes one unit. There is no fix for what is bound
to the thread that made it, such as a `sqlite3.Connection` that another thread made. What speaks against a safe fix, and when there is
none: docs/fixes.md.

## Limits
- A receiver whose type is not known is never reported.
- Building a query, and what only notes something down for later (`session.add`), is silent.
- A lazy load is silent: `user.orders` may send a query, but is an attribute like any other.
- The rows of a statement that SQLAlchemy has executed are silent: with the usual drivers they have arrived. Iterating over a `Query`, and
  fetching from a driver's own cursor, are not.
- Limits that all rules share: docs/limits.md.
"""

from fastapi_async_lint.rules.blocking import blocking_rule

RULE = blocking_rule(__doc__, "database", "03", "blocking-database-call")
