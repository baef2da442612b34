-- Calls at a fixed overall rate: each has its moment, and any free connection sends it then. With many more connections
-- than calls in flight a slow answer holds nobody else back. wrk's own timers take up to 1 ms.
local ffi = require 'ffi'
ffi.cdef [[
  struct bench_timespec { long seconds; long nanoseconds; };
  int clock_gettime(int clock, struct bench_timespec *time);
]]

local CLOCK_MONOTONIC = 1
local time = ffi.new('struct bench_timespec')
local pace = {}
local interval_us, started_us, planned, sent = 0, nil, 0, 0

local function now_us()
  ffi.C.clock_gettime(CLOCK_MONOTONIC, time)
  return tonumber(time.seconds) * 1e6 + tonumber(time.nanoseconds) / 1e3
end

-- Calls a second over all connections; 0 for as many as are answered.
function pace.at(rate)
  interval_us = rate > 0 and 1e6 / rate or 0
end

-- Called by each connection that is free; milliseconds until it sends.
function pace.delay()
  started_us = started_us or now_us()
  local moment = started_us + planned * interval_us
  planned = planned + 1
  return math.max(0, math.floor((moment - now_us()) / 1e3))
end

-- Called as a call is sent; how far behind its moment it is, in microseconds. wrk asks for one request beforehand that it
-- never sends, to see what requests look like.
function pace.sent()
  if not started_us then return 0 end
  local late_us = now_us() - (started_us + sent * interval_us)
  sent = sent + 1
  return late_us
end

return pace
