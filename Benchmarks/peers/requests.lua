-- Questions for wrk: PATHS is a pattern with one %d, a random number from FIRST on, COUNT of them.
local pattern = os.getenv("PATHS")
local first = tonumber(os.getenv("FIRST") or "0")
local count = tonumber(os.getenv("COUNT") or "1")
local fields = {}
if os.getenv("KEYS") then fields["X-ApiKeys"] = os.getenv("KEYS") end

function init()
    math.randomseed(os.time())
end

function request()
    local path = pattern
    if pattern:find("%%d") then path = string.format(pattern, first + math.random(0, count - 1)) end
    return wrk.format("GET", path, fields)
end

function done(summary, latency)
    local bad = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout
    if bad > 0 then io.stderr:write("requests.lua: " .. bad .. " bad answers\n") end
    io.write(string.format("rate %.0f\n", (summary.requests - bad) / (summary.duration / 1e6)))
end
