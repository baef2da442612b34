-- By turns a claim, the completion of the claim `ahead` turns ago, and a replay of the one before that, which have long been
-- answered, as far fewer calls than that are in flight. Arguments: run; ahead; calls a second, 0 for as many as are answered;
-- the first turn: as many keys as that and `ahead` more are completed, and `ahead` more than those claimed. A turn that was
-- taken already may be taken again: each of its calls is then answered as before.
package.path = debug.getinfo(1, "S").source:match("^@(.*/)") .. "?.lua;" .. package.path
local pace, payload, report = require 'pace', require 'payload', require 'report'
local claim, complete, ahead, rate, calls = nil, nil, 0, 0, 0

function init(args)
  claim, complete = payload.claims(args[1]), payload.completions(args[1])
  ahead, rate = tonumber(args[2]), tonumber(args[3])
  -- One back: wrk asks for one request that it never sends, to see what requests look like.
  calls = 3 * tonumber(args[4]) - 1
  pace.at(rate)
end

function delay()
  return rate > 0 and pace.delay() or 0
end

function request()
  local turn, kind = math.floor(calls / 3), calls % 3
  calls = calls + 1
  if kind == 0 then
    local n = turn + 2 * ahead
    return claim(n, n)
  elseif kind == 1 then
    local n = turn + ahead
    return complete(n, n)
  end
  return claim(turn, turn)
end

function done(summary, latency)
  report.print(summary, latency)
end
