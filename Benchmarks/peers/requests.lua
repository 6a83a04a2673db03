-- Requests for wrk. Environment:
-- PATHS    the path; # in it becomes a random number of COUNT numbers from FIRST on
-- HEADER   one more header field, "Name: value"
-- BODY     makes it a POST; #user in it becomes a random user's number, #word that user's number modulo 16,
--          #new a text that no other request of this run has
-- RUN      a text that no other run has, part of #new
-- Prints: rate, median and 99th percentile in milliseconds, answers that were errors.
local path = os.getenv("PATHS")
local first = tonumber(os.getenv("FIRST") or "0")
local count = tonumber(os.getenv("COUNT") or "1")
local body = os.getenv("BODY")
local run = os.getenv("RUN") or ""
local fields = {}
local before, after
local sent = 0
local threads = 0

function setup(thread)
    threads = threads + 1
    thread:set("number", threads)
end

function init()
    math.randomseed(os.time() * 64 + number)
    local name, value = (os.getenv("HEADER") or ""):match("^(.-): (.*)$")
    if name then fields[name] = value end
    -- Put together once: what wrk itself costs is taken from the servers, which share its processors.
    local whole = wrk.format("GET", path, fields)
    before, after = whole:match("^(.-)#(.*)$")
    if not before then before = whole end
end

local function post()
    local user = math.random(0, count - 1)
    sent = sent + 1
    local values = {
        user = string.format("%06d", user),
        word = string.format("%02d", user % 16),
        new = run .. "-" .. number .. "-" .. sent,
    }
    return wrk.format("POST", path, fields, (body:gsub("#(%a+)", values)))
end

function request()
    if body then return post() end
    if not after then return before end
    return before .. (first + math.random(0, count - 1)) .. after
end

function done(summary, latency)
    local errors = summary.errors
    local bad = errors.status + errors.connect + errors.read + errors.timeout
    io.write(string.format("measured %.1f %.3f %.3f %d\n",
        (summary.requests - errors.status) / (summary.duration / 1e6),
        latency:percentile(50) / 1000, latency:percentile(99) / 1000, bad))
end
