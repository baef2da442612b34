-- Claims. Arguments: run; how many keys take turns (0: each claim has a key of its own); which of them is the first
-- and how far the next one is from it, 0 and 1 if absent.
package.path = debug.getinfo(1, "S").source:match("^@(.*/)") .. "?.lua;" .. package.path
local payload, report = require 'payload', require 'report'
local claim, distinct, first, step, sent = nil, 0, 0, 1, 0

function init(args)
  claim, distinct = payload.claims(args[1]), tonumber(args[2])
  first, step = tonumber(args[3] or 0), tonumber(args[4] or 1)
end

function request()
  local n = distinct > 0 and (first + sent * step) % distinct or sent
  sent = sent + 1
  return claim(n, sent)
end

function done(summary, latency)
  report.print(summary, latency)
end
