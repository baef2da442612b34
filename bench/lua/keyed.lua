-- One call a cycle, its key in a header: DBOS, Restate, node-idempotency, Powertools.
-- Arguments: path, run, how many keys take turns (0: each call has a key of its own).
package.path = debug.getinfo(1, "S").source:match("^@(.*/)") .. "?.lua;" .. package.path
local payload, report = require 'payload', require 'report'
local call, distinct, sent = nil, 0, 0

function init(args)
  call, distinct = payload.keyed(args[1], args[2]), tonumber(args[3])
end

function request()
  local n = distinct > 0 and sent % distinct or sent
  sent = sent + 1
  return call(n, n)
end

function done(summary, latency)
  report.print(summary, latency)
end
