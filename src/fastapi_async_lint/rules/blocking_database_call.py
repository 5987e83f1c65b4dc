"""A synchronous database or store call, in code on the event loop: FAL103 directly, FAL203 through helpers.

## What it finds
Calls of the catalogue's category "database" in `async def` functions and in other code that runs on the event loop. FAL103 marks
the call itself; FAL203 marks the call of a synchronous function that gets there, and shows the chain.

## Why it matters
A query takes as long as the database takes, and a connection pool that is empty makes it wait for seconds. Sessions, cursors and connections keep state between calls: do not hand single calls of one session to threads, hand over the whole unit of work, or declare the path operation `def`.

## Example
    from sqlalchemy import text
    from sqlalchemy.orm import Session

    async def count(session: Session):
        return session.execute(text("select count(*) from users")).scalar()

## Instead
    from sqlalchemy import text
    from sqlalchemy.orm import Session
    from fastapi.concurrency import run_in_threadpool

    def count(session: Session):
        return session.execute(text("select count(*) from users")).scalar()

    async def counted(session: Session):
        return await run_in_threadpool(count, session)

## Fix safety
No fix is applied yet; the finding's help names the replacement.

## Limits
A receiver whose type is not known is never reported.
"""

from fastapi_async_lint.rules.blocking import blocking_rule

RULE = blocking_rule(__doc__, "database", "03", "blocking-database-call")
