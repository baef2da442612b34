/*
 * Replays from memory and the deletion of the record that they replay (docs/adr/0010-replay-cache.md).
 *
 * One completed record, two replicas with a process cache each and one cache that they share, one deletion. Time is a
 * bounded number of ticks; replicas and PostgreSQL agree on its pace, and on nothing else: any step may be late by any
 * number of ticks. What the deletion does is chosen when compiling; README.md says which choices hold.
 */

#ifndef LEASE
#define LEASE 2 /* REPLAY_CACHE_LEASE_MS, in ticks: two, so that something can happen within one */
#endif
#ifndef END
#define END 7 /* the last tick: a commit late by a lease, a whole deletion, and a tick after it */
#endif
#define FAR 15  /* later than any tick */

/* ── The deletion, as it is chosen ─────────────────────────────────────────────────────────────────────────────── */

#ifdef ONE_LEASE /* As first written: the retention ends one lease after the clock was read. */
#define RETIRED_UNTIL(read) (read + LEASE)
#define WAIT LEASE
#endif
#ifdef TWO_LEASES /* The retention ends two leases after the clock was read, which is after the lock was taken. */
#define RETIRED_UNTIL(read) (read + 2 * LEASE)
#define WAIT (2 * LEASE)
#endif
#ifdef MARGIN /* The retention ends MARGIN later than it must, and caches let go of every record MARGIN too early. */
#define RETIRED_UNTIL(read) (read + LEASE + MARGIN)
#define WAIT LEASE
#define LET_GO_BEFORE MARGIN
#endif
#ifndef RETIRED_UNTIL /* The record is marked, its retention stays: a marked record is replayed, and never kept. */
#define MARKED
#define RETIRED_UNTIL(read) FAR
#define WAIT LEASE
#endif
#ifndef LET_GO_BEFORE
#define LET_GO_BEFORE 0
#endif

/* How many ticks may pass from reading the clock to the commit. Nothing in PostgreSQL bounds this: locks, fsync. */
#ifndef COMMIT_WITHIN
#define COMMIT_WITHIN END
#endif

#ifdef NO_WAIT
#undef WAIT
#define WAIT 0
#endif

/* ── The properties ────────────────────────────────────────────────────────────────────────────────────────────── */

mtype = { none, no_replay_once_claimable, no_replay_after_deletion };
mtype violated = none;

/* An assertion that tells its name. */
inline must(property, condition) {
  if
  :: condition
  :: else -> violated = property; assert(violated != property)
  fi
}

/* ── PostgreSQL: what is committed ─────────────────────────────────────────────────────────────────────────────── */

byte now;
byte retentionEnd; /* expires_at of the completed record */
bool marked;       /* deletion has begun */
bool erased;       /* the row is empty: whoever claims next executes */
byte generation;   /* of the record's slot */

/* Anybody may be told to execute anew. A claim reads the clock early and may only refuse for longer. */
#define CLAIMABLE (erased || retentionEnd <= now)

bool answered; /* the caller knows that the record is deleted */

/* ── The replicas ──────────────────────────────────────────────────────────────────────────────────────────────── */

/*
 * One look at PostgreSQL: replay-cache/cache-lease.ts. The replica reckons that PostgreSQL's clock shows at least what
 * it does show (it counts from before it asked); here it knows it exactly, which lets it replay for longer.
 */
typedef Terms {
  byte age; /* ticks since before the question was sent; LEASE: too old to be relied on, and all the same */
  byte generation
};

typedef Entry { /* replay-cache/replay-cache.ts */
  bool kept;
  byte generation;
  byte retentionEnd
};

Terms terms[2];
Terms asked[2]; /* looks on their way */
Entry memory[2];
Entry shared;

#define RELIES(i) (terms[i].age < LEASE)
#define STANDS(i, entry)                                                                                               \
  (entry.kept && entry.generation == terms[i].generation && entry.retentionEnd - LET_GO_BEFORE > now)

inline copyEntry(from, to) {
  to.kept = from.kept;
  to.generation = from.generation;
  to.retentionEnd = from.retentionEnd
}

inline forget(entry) {
  entry.kept = false;
  entry.generation = 0;
  entry.retentionEnd = 0
}

/* A duplicate is answered from memory: the record must still be there for everybody else. */
inline replayFromMemory() {
  must(no_replay_once_claimable, !CLAIMABLE);
  must(no_replay_after_deletion, !answered)
}

/* CacheLease.look: three separate moments. A look that takes a lease has told nothing, and is given up here. */
proctype Looks(byte me) {
  do
  :: atomic { asked[me].age == LEASE -> asked[me].age = 0 }
     if
     :: atomic { asked[me].age < LEASE -> asked[me].generation = generation }
        d_step {
          if
#ifndef LEASE_FROM_ANSWER
          :: asked[me].age < LEASE -> terms[me].age = asked[me].age; terms[me].generation = asked[me].generation
          :: else
#else
          :: terms[me].age = 0; terms[me].generation = asked[me].generation
#endif
          fi;
          asked[me].age = LEASE; asked[me].generation = 0
        }
     :: asked[me].age == LEASE
     fi
  od
}

inline keep(i, entry) {
  if
  :: entry.kept -> copyEntry(entry, memory[i]); copyEntry(entry, shared)
  :: else
  fi;
  forget(entry)
}

inline readStore(entry) {
  entry.kept = !CLAIMABLE && !marked;
  entry.retentionEnd = retentionEnd
}

/*
 * IdempotencyService.decide: memory, then the shared cache, then the store, whose answer is kept. Whatever is found is
 * judged when it is used, so that nothing is won by letting time pass between finding and keeping.
 */
proctype Claims(byte me) {
  Entry found;
  do
  :: atomic { RELIES(me) && STANDS(me, memory[me]) -> replayFromMemory() }
  :: atomic { RELIES(me) && STANDS(me, shared) -> replayFromMemory(); copyEntry(shared, memory[me]) }
#ifndef TERMS_AFTER_READ
  :: atomic { RELIES(me) -> found.generation = terms[me].generation } /* before the store is asked */
     atomic { readStore(found); keep(me, found) }
#else
  :: atomic { readStore(found) }
     atomic { RELIES(me) -> found.generation = terms[me].generation; keep(me, found) }
#endif
  od
}

/* ── The deletion: announce, wait, erase ─────────────────────────────────────────────────────────────────────────── */

bool announcing; /* between reading the clock and the commit */
byte readAt;

/* IdempotencyStore.delete. Whoever runs it may die between any two steps: it then never answers. */
proctype Deletes() {
  byte wakeAt;
  atomic { !CLAIMABLE -> announcing = true; readAt = now }
  atomic { /* the commit of sql/announce-deletion.ts */
    announcing = false;
#ifdef MARKED
#ifndef NO_MARK
    marked = true;
#endif
#else
#ifndef NO_EARLY_END
    if
    :: RETIRED_UNTIL(readAt) < retentionEnd -> retentionEnd = RETIRED_UNTIL(readAt)
    :: else
    fi;
#endif
#endif
#ifndef NO_GENERATION
    generation++;
#endif
    readAt = 0
  }
  atomic { wakeAt = now + WAIT }
  atomic { now >= wakeAt -> erased = true } /* sql/erase-announced.ts */
  answered = true
}

/* A tick for terms, or for a look on its way. What is too old to count is forgotten: it is all the same. */
inline grow(one) {
  if
  :: one.age < LEASE -> one.age++
  :: else
  fi;
  if
  :: one.age == LEASE -> one.generation = 0
  :: else
  fi
}

inline forgetIfOver(entry) {
  if
  :: entry.kept && entry.retentionEnd - LET_GO_BEFORE <= now -> forget(entry)
  :: else
  fi
}

proctype Clock() {
  do
  :: atomic {
       now < END && (!announcing || now - readAt < COMMIT_WITHIN) ->
       now++;
       grow(terms[0]); grow(terms[1]);
       grow(asked[0]); grow(asked[1]);
       forgetIfOver(memory[0]); forgetIfOver(memory[1]); forgetIfOver(shared)
     }
  :: atomic { now == END -> break }
  od
}

init {
  atomic {
    terms[0].age = LEASE; terms[1].age = LEASE;
    asked[0].age = LEASE; asked[1].age = LEASE;
    if
    :: retentionEnd = FAR
    :: retentionEnd = 2 * LEASE /* ends by itself, before, while or after it is deleted */
    fi;
    run Clock();
    run Deletes();
    run Looks(0); run Claims(0);
    run Looks(1); run Claims(1)
  }
}
