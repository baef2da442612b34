/*
 * One record and everybody who calls about it: ../../apps/idempotency-api/src/idempotency/STATE_MACHINE.md.
 *
 * Two executors, an operator, PostgreSQL's clock and the sweep. Executors die at any point, answers are lost before and
 * after the commit, calls arrive late or never. An atomic block is what one statement does under the row's lock; it is
 * named as its file in apps/idempotency-api/src/idempotency/persistence/sql/. Time is left out: a lease and a retention
 * end whenever they like, and only fencing tokens read a clock.
 *
 * Each guard can be taken out by a flag (NO_…); Spin then finds the property that it keeps: README.md.
 */

/* Bounds: each a number of chances for something to go wrong. */
#ifndef CLAIMS
#define CLAIMS 2 /* executions that are asked for, by both executors together, each with a claim token of its own */
#endif
#ifndef ORDERS
#define ORDERS 1 /* calls of the operator */
#endif
#ifndef LATE
#define LATE 0 /* calls that arrive when their callers have gone */
#endif
#ifndef ASKS
#define ASKS 1 /* times that a claim is said with one token */
#endif
#ifndef TERMS
#define TERMS 2 /* terms (see below) after which no retention ends */
#endif
#define LAST_TICK 2 /* of PostgreSQL's clock: before, between and after two claims */
#define NOBODY 0    /* as a claim token: none; as an outcome: none */

/* ── The properties ────────────────────────────────────────────────────────────────────────────────────────────── */

mtype = {
  none,
  one_execution_per_claim, one_execution_under_block, replays_are_the_outcome, fencing_tokens_grow,
  acknowledged_is_kept, completed_is_final, open_is_kept, only_the_holder_ends_a_claim, one_request_per_key,
  a_live_lease_is_respected, a_claim_said_again_is_the_same, let_go_is_for_good, only_the_unknown_is_resolved
};
mtype violated = none;

/* An assertion that tells its name. */
inline must(property, condition) {
  if
  :: condition
  :: else -> violated = property; assert(violated != property)
  fi
}

/* ── The row ───────────────────────────────────────────────────────────────────────────────────────────────────── */

mtype = { absent, in_progress, completed, released };
mtype = { no_policy, block, takeover };

typedef Row {
  mtype state;
  byte token;       /* claim_token */
  bool relinquished;
  mtype policy;     /* on_lease_expiry */
  bool leaseOver;   /* lease_expires_at has come */
  bool ends;        /* expires_at is set */
  bool over;        /* expires_at has come */
  byte fence;       /* fencing_token */
  byte fingerprint;
  byte outcome
};
Row row;
byte now = 1; /* clock_timestamp(): what a first claim gets for a fencing token */

/* ── The truth, as somebody would note it who sees every commit ────────────────────────────────────────────────── */

/*
 * A term is what the promise under `block` is about: it ends when the operator says `retry` or deletes the record, and
 * when its retention ends.
 */
byte term = 1;
bool open;             /* a claim was granted, and nobody has completed, released, resolved or deleted it */
byte outcome;          /* the first completion's, in this term */
byte fingerprint;      /* the first claim's, in this term */
byte holder;           /* the token that was granted last, in this term */
byte letGo;            /* the holder, once it has let go */
byte greatestFence;
bool leaseLive;
short executedClaims;  /* fencing tokens under which somebody has executed, as bits */
short executedTerms;   /* terms in which somebody has executed under `block`, as bits */

inline newTerm() {
  term++;
  open = false; outcome = NOBODY; fingerprint = 0; holder = NOBODY; letGo = NOBODY; leaseLive = false
}

/* What is true of every committed row. */
inline committed() {
  must(acknowledged_is_kept, outcome == NOBODY || row.state != completed || row.outcome == outcome);
  must(acknowledged_is_kept, outcome == NOBODY || row.state == completed || row.state == in_progress);
  must(completed_is_final, outcome == NOBODY || row.state != in_progress)
}

/* ── Calls that arrive late: one at a time, whose caller no longer listens ──────────────────────────────────────── */

mtype = { no_call, claim_call, complete_call, release_none_call, release_unknown_call, renew_call };
typedef Call { mtype what; byte token; byte fingerprint; mtype policy; byte outcome };
Call late;
byte lateCalls;
byte claimsOnTheirWay; /* claims that have read the clock and not yet written: the sweep's two minutes */

inline arriveLate(call, its_token, its_fingerprint, its_policy, its_outcome) {
  late.what == no_call && lateCalls < LATE ->
  lateCalls++;
  late.what = call; late.token = its_token; late.fingerprint = its_fingerprint; late.policy = its_policy;
  late.outcome = its_outcome
}

inline forgetLate() {
  late.what = no_call; late.token = NOBODY; late.fingerprint = 0; late.policy = no_policy; late.outcome = NOBODY
}

/* ── The statements ────────────────────────────────────────────────────────────────────────────────────────────── */

/* Without the row's lock, anybody may come between what a statement has read and what it writes. */
#ifdef NO_ROW_LOCK
#define UNDER_ROW_LOCK
#else
#define UNDER_ROW_LOCK atomic
#endif

#ifdef NO_TOKEN_CHECK
#define HOLDS(its_token) (true)
#else
#define HOLDS(its_token) (row.token == its_token)
#endif

#ifdef NO_FINGERPRINT_CHECK
#define SAME_REQUEST(its_fingerprint) (true)
#else
#define SAME_REQUEST(its_fingerprint) (row.fingerprint == its_fingerprint)
#endif

#ifdef NO_POLICY_CHECK
#define MAY_TAKE_OVER (true)
#else
#define MAY_TAKE_OVER (row.policy == takeover)
#endif

#ifdef NO_LEASE_CHECK
#define LEASE_OVER (true)
#else
#define LEASE_OVER (row.leaseOver)
#endif

#ifdef NO_LET_GO_CHECK
#define LET_GO (false)
#else
#define LET_GO (row.relinquished)
#endif

mtype = { refused, anew, again, next };

/* grant-claims.ts, what its WHERE decides. grant-first-claims.ts before it does no more than that on an absent record, and
 * nothing on any other: a claim that begins later. */
inline judgeClaim(its_token, its_fingerprint, verdict) {
  if
  :: row.state == absent || row.over -> verdict = anew
  :: else ->
     if
     :: !SAME_REQUEST(its_fingerprint) -> verdict = refused
     :: else ->
        if
        :: row.state == in_progress && row.token == its_token && !LET_GO -> verdict = again
        :: row.state == in_progress && row.token != its_token && MAY_TAKE_OVER && LEASE_OVER -> verdict = next
#ifdef NO_LET_GO_CHECK
        :: row.state == released -> verdict = next
#else
        :: row.state == released && row.token != its_token -> verdict = next
#endif
#ifdef NO_STATE_CHECK_ON_CLAIM
        :: row.state == completed -> verdict = next
#endif
        :: else -> verdict = refused
        fi
     fi
  fi
}

/* grant-claims.ts, what its INSERT and its SET write. `at` was read before the lock. */
inline writeClaim(its_token, its_fingerprint, its_policy, at, verdict) {
  if
  :: verdict == anew -> row.policy = its_policy
  :: else
  fi;
  if
#ifndef NEW_GRANT_FOR_A_CLAIM_SAID_AGAIN
  :: verdict == again
#endif
#ifdef NO_MONOTONE_FENCE
  :: else -> row.fence = at
#else
  :: else ->
     if
     :: row.state != absent && row.fence >= at -> row.fence++ /* greatest(fencing_token + 1, at) */
     :: else -> row.fence = at
     fi
#endif
  fi;
  row.state = in_progress;
  row.token = its_token;
  row.fingerprint = its_fingerprint;
  row.relinquished = false;
  row.leaseOver = false;
#ifndef NO_RETENTION_GUARD
  row.ends = false;
#endif
  row.over = false;
  row.outcome = NOBODY;

  /* What should have happened. */
  must(completed_is_final, outcome == NOBODY);
  must(one_request_per_key, fingerprint == 0 || fingerprint == its_fingerprint);
  must(let_go_is_for_good, letGo != its_token);
  if
  :: holder == its_token ->
     must(a_claim_said_again_is_the_same, row.fence == greatestFence)
  :: else ->
     must(a_live_lease_is_respected, !leaseLive);
     must(fencing_tokens_grow, row.fence > greatestFence)
  fi;
  fingerprint = its_fingerprint; holder = its_token; letGo = NOBODY; open = true; leaseLive = true;
  greatestFence = row.fence;
  committed()
}

/* complete-claims.ts. The second disjunct of `conflict` is explainCompletion in domain/execution.ts. */
inline complete(its_token, its_outcome, ok) {
  UNDER_ROW_LOCK {
    d_step {
      ok = false;
      if
#ifdef NO_STATE_CHECK_ON_COMPLETION
      :: HOLDS(its_token) && row.state != absent -> ok = true
#else
      :: HOLDS(its_token) && row.state == in_progress -> ok = true
#endif
      :: else
      fi
    }
    d_step {
      if
      :: ok ->
         row.state = completed; row.outcome = its_outcome; row.relinquished = false; row.leaseOver = false;
         row.ends = true;
         must(only_the_holder_ends_a_claim, holder == its_token);
         if
         :: outcome == NOBODY -> outcome = its_outcome
         :: else
         fi;
         open = false; leaseLive = false; letGo = NOBODY;
         committed()
      :: else
#ifdef NO_OUTCOME_COMPARISON
         if
         :: row.state == completed && !row.over && row.token == its_token -> ok = true
#else
         if
         :: row.state == completed && !row.over && row.token == its_token && row.outcome == its_outcome -> ok = true
#endif
         :: else
         fi
      fi;
      if
      :: ok -> must(acknowledged_is_kept, outcome == its_outcome)
      :: else
      fi
    }
  }
}

/* release-claim.ts, effect none. */
inline releaseNone(its_token) {
  d_step {
    if
#ifdef NO_TOKEN_CHECK_ON_RELEASE
    :: row.state == in_progress ->
#else
    :: row.token == its_token && row.state == in_progress ->
#endif
       row.state = released; row.relinquished = false; row.leaseOver = false; row.ends = true;
       must(only_the_holder_ends_a_claim, holder == its_token);
       letGo = its_token; open = false; leaseLive = false;
       committed()
    :: else
    fi
  }
}

/* release-claim.ts, effect unknown. */
inline releaseUnknown(its_token) {
  d_step {
    if
    :: row.token == its_token && row.state == in_progress && !row.relinquished ->
       row.relinquished = true; row.leaseOver = true;
       letGo = its_token; leaseLive = false;
       committed()
    :: else
    fi
  }
}

/* renew-leases.ts */
inline renew(its_token) {
  d_step {
    if
    :: row.token == its_token && row.state == in_progress && !LET_GO ->
       row.leaseOver = false;
       must(let_go_is_for_good, letGo != its_token);
       leaseLive = true
    :: else
    fi
  }
}

/* resolve-record.ts */
inline resolve(its_outcome) {
  d_step {
    if
#ifdef NO_UNKNOWN_CHECK
    :: row.state == in_progress ->
#else
    :: row.state == in_progress && row.policy == block && row.leaseOver ->
#endif
       must(only_the_unknown_is_resolved, !leaseLive);
       row.token = NOBODY; row.relinquished = false; row.leaseOver = false; row.ends = true;
       if
       :: its_outcome == NOBODY ->
          row.state = released;
          newTerm();
          fingerprint = row.fingerprint
       :: else ->
          row.state = completed; row.outcome = its_outcome;
          outcome = its_outcome; open = false; letGo = NOBODY; holder = NOBODY;
       fi;
       committed()
    :: else
    fi
  }
}

/* persistence/emptied.ts: the row stays for its fencing token. */
inline emptyRow() {
#ifdef NO_EMPTIED_ROW
  row.state = absent; row.fence = 0; row.ends = false; row.over = false;
#else
  row.state = released; row.ends = true; row.over = true;
#endif
  row.token = NOBODY; row.relinquished = false; row.leaseOver = false; row.fingerprint = 0; row.outcome = NOBODY;
  row.policy = no_policy;
  newTerm();
  committed()
}

/* erase-record.ts */
inline erase(force) {
  d_step {
    if
#ifdef NO_FORCE_CHECK
    :: (row.state == released || row.state == in_progress) && !row.over ->
#else
    :: (row.state == released || (row.state == in_progress && force)) && !row.over ->
#endif
       must(open_is_kept, force || !open);
       emptyRow()
    :: else
    fi
  }
}

/* erase-retired.ts: the second half of deleting a completed record. replay-cache.pml is about the first. */
inline eraseRetired(its_fence) {
  d_step {
    if
#ifdef NO_FENCE_CHECK_ON_ERASURE
    :: row.state == completed ->
#else
    :: row.state == completed && row.fence == its_fence ->
#endif
       must(acknowledged_is_kept, row.fence == its_fence);
       if
       :: row.over
       :: else -> emptyRow()
       fi
    :: else
    fi
  }
}

/* ── Who calls ─────────────────────────────────────────────────────────────────────────────────────────────────── */

byte tokens; /* handed out so far */
mtype asked; /* onLeaseExpiry of all claims of a run: both are tried */

/*
 * A program that wants the operation done once, and keeps the caller's rules (docs/semantics.md): a token for each
 * execution, an execution only after `execute`, and `none` only if nothing happened. It may still be slow, die, lose
 * answers, ask again, change its mind about the outcome, or send another request under the same key.
 */
proctype Executor() {
  byte token, asks, its_fingerprint, fence, its_term, at;
  mtype policy, verdict;
  bool under_block, executed, ok;

idle:
  atomic {
    policy = no_policy; its_fingerprint = 0; fence = 0; its_term = 0; at = 0; verdict = refused;
    under_block = false; executed = false; ok = false; token = NOBODY; asks = 0;
    if
    :: tokens < CLAIMS ->
       tokens++;
       token = tokens;
       if
       :: its_fingerprint = 1
       :: token == CLAIMS -> its_fingerprint = 2 /* one of another request is enough */
       fi;
       policy = asked
    :: tokens == CLAIMS -> goto gone
    fi
  }

ask:
  if
  :: asks == ASKS -> goto idle
  :: atomic { asks < ASKS -> arriveLate(claim_call, token, its_fingerprint, policy, NOBODY); asks++; goto unheard }
  :: atomic { asks < ASKS -> asks++; at = now; claimsOnTheirWay++ } /* the statement reads the clock, then waits for the row */
  fi;
  UNDER_ROW_LOCK {
    d_step { judgeClaim(token, its_fingerprint, verdict) }
    d_step {
      if
      :: verdict != refused ->
         writeClaim(token, its_fingerprint, policy, at, verdict);
         fence = row.fence; its_term = term; under_block = (row.policy == block)
      :: else
      fi;
      at = 0;
      claimsOnTheirWay--
    }
  }
  if
  :: verdict != refused ->
     verdict = refused;
     if
     :: goto hold
     :: goto unheard
     fi
  :: else
  fi;

  /* explainRefusal in domain/claim.ts, from a second look. Missing or free: ask again. */
  atomic {
    if
    :: row.state == absent || row.over ->
#ifdef MISSING_MEANS_EXECUTE
       fence = row.fence; its_term = term; under_block = (policy == block); goto hold
#else
       goto ask
#endif
    :: row.state == completed && !row.over && SAME_REQUEST(its_fingerprint) ->
       must(replays_are_the_outcome, row.outcome == outcome);
       must(one_request_per_key, fingerprint == its_fingerprint);
       goto idle
    :: row.state == in_progress && !row.over ->
       must(completed_is_final, outcome == NOBODY);
       goto idle
    :: row.state == in_progress && !row.over && row.token == token && !row.relinquished -> goto ask
    :: row.state == released && !row.over -> goto ask
    :: else -> goto idle
    fi
  }

unheard: /* no answer: ask again with the same token, or give up */
  if
  :: goto ask
  :: goto idle
  fi;

hold:
  do
  :: atomic {
       !executed ->
       executed = true;
       must(one_execution_per_claim, !(executedClaims & (1 << fence)));
       executedClaims = executedClaims | (1 << fence);
       if
       :: under_block ->
          must(one_execution_under_block, !(executedTerms & (1 << its_term)));
          executedTerms = executedTerms | (1 << its_term)
       :: else
       fi;
       fence = 0; its_term = 0; under_block = false
     }
  :: renew(token)
  :: executed ->
     if
     :: complete(token, 1, ok)
     :: complete(token, 2, ok)
     :: atomic { arriveLate(complete_call, token, 0, no_policy, 1) }
     fi;
     if
     :: goto idle /* answered, or not interested */
     :: goto hold /* unheard, or refused: say it again */
     fi
  :: !executed -> releaseNone(token); goto idle
  :: !executed -> atomic { arriveLate(release_none_call, token, 0, no_policy, NOBODY); goto idle }
  :: releaseUnknown(token) -> if :: executed :: else -> goto idle fi /* may yet learn the outcome, and complete */
  :: atomic { arriveLate(renew_call, token, 0, no_policy, NOBODY) }
  :: goto unheard /* it has forgotten that it was told */
  :: goto idle    /* it dies; whoever takes its place has a token of its own */
  od;

gone:
  skip
}

/* Somebody with the right to decide about an open record, and to delete. */
proctype Operator() {
  byte orders, fence;
  do
  :: orders < ORDERS ->
     orders++;
     if
     :: resolve(NOBODY)
     :: resolve(3)
     :: erase(false)
     :: erase(true)
     :: atomic { row.state == completed && !row.over -> fence = row.fence }
        eraseRetired(fence);
        fence = 0
     fi
  :: orders == ORDERS -> break
  od
}

/* What nobody asks for: time, and calls that arrive when their callers have gone. */
proctype World() {
  mtype verdict;
  bool ok;
  do
  :: atomic { row.state == in_progress && !row.leaseOver -> row.leaseOver = true; leaseLive = false }
  :: atomic {
       row.ends && !row.over && term < TERMS ->
       must(open_is_kept, row.state != in_progress);
       row.over = true;
       newTerm()
     }
  :: atomic { /* retention/sql/sweep-records.ts: minutes later, when the clock is past the fencing token */
#ifdef NO_SWEEP_DELAY
       row.over && row.fence < now ->
#else
       row.over && row.fence < now && claimsOnTheirWay == 0 ->
#endif
       row.state = absent; row.token = NOBODY; row.fence = 0; row.fingerprint = 0; row.outcome = NOBODY;
       row.ends = false; row.over = false; row.policy = no_policy
     }
  :: atomic { now < LAST_TICK -> now++ }
  :: late.what != no_call ->
     if
     :: atomic {
          late.what == claim_call ->
          judgeClaim(late.token, late.fingerprint, verdict);
          if
          :: verdict != refused -> writeClaim(late.token, late.fingerprint, late.policy, now, verdict)
          :: else
          fi;
          verdict = refused
        }
     :: late.what == complete_call -> complete(late.token, late.outcome, ok)
     :: late.what == release_none_call -> releaseNone(late.token)
     :: late.what == renew_call -> renew(late.token)
     :: true /* it never arrives */
     fi;
     atomic { forgetLate(); ok = false }
  od
}

init {
  atomic {
    row.state = absent;
    row.policy = no_policy;
    late.what = no_call;
    late.policy = no_policy;
    if
    :: asked = block
    :: asked = takeover
    fi;
    run Executor();
    run Executor();
    run Operator();
    run World()
  }
}
