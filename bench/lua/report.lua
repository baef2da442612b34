-- What every script here ends with: one line of JSON for src/load/wrk.ts. Times in microseconds.
local report = {}

function report.print(summary, latency, extra)
  local errors = summary.errors
  io.write(string.format(
    '\nBENCH {"requests":%d,"durationUs":%d,"p50Us":%d,"p99Us":%d,"maxUs":%d,"refused":%d,"broken":%d,"extra":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), latency.max,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout, extra or 0))
end

return report
