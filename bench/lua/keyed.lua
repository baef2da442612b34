-- One call a cycle, its key in a header: DBOS, Restate, node-idempotency, Powertools.
-- Arguments: path, run, how many keys take turns (0: each call has a key of its own).
package.path = debug.getinfo(1, "S").source:match("^@(.*/)") .. "?.lua;" .. package.path
local payload, report = require 'payload', require 'report'
local path, run, distinct, sent = nil, nil, 0, 0

function init(args)
  path, run, distinct = args[1], args[2], tonumber(args[3])
end

function request()
  local n = distinct > 0 and sent % distinct or sent
  sent = sent + 1
  local header = string.format('Idempotency-Key: %s\r\n', payload.key(run, n))
  return payload.post(path, payload.request(run, n), header)
end

function done(summary, latency)
  report.print(summary, latency)
end
