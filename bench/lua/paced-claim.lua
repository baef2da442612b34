-- Claims at a fixed overall rate: each has its moment, and any free connection sends it then. With many more
-- connections than calls in flight a slow answer holds nobody else back. Arguments: run, calls a second.
-- Extra: the longest that a call was sent behind its moment, in microseconds; wrk's own timers take up to 1 ms.
package.path = debug.getinfo(1, "S").source:match("^@(.*/)") .. "?.lua;" .. package.path
local ffi = require 'ffi'
local payload, report = require 'payload', require 'report'
ffi.cdef [[
  struct bench_timespec { long seconds; long nanoseconds; };
  int clock_gettime(int clock, struct bench_timespec *time);
]]

local CLOCK_MONOTONIC = 1
local threads = {}
local time = ffi.new('struct bench_timespec')
-- From -1: wrk asks for one request that it never sends, to see what requests look like.
local run, interval_us, started_us, planned, sent = nil, 0, nil, 0, -1
late_us = 0

local function now_us()
  ffi.C.clock_gettime(CLOCK_MONOTONIC, time)
  return tonumber(time.seconds) * 1e6 + tonumber(time.nanoseconds) / 1e3
end

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  run, interval_us = args[1], 1e6 / tonumber(args[2])
end

-- Called by each connection that is free; milliseconds until it sends.
function delay()
  started_us = started_us or now_us()
  local moment = started_us + planned * interval_us
  planned = planned + 1
  return math.max(0, math.floor((moment - now_us()) / 1e3))
end

function request()
  local n = sent
  sent = sent + 1
  if started_us then late_us = math.max(late_us, now_us() - (started_us + n * interval_us)) end
  return payload.post('/v1/claims', payload.claim(run, n, n))
end

function done(summary, latency)
  local worst = 0
  for _, thread in ipairs(threads) do worst = math.max(worst, tonumber(thread:get('late_us'))) end
  report.print(summary, latency, worst)
end
