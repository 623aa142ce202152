-- Every request asks for another address: what wrk is given after "--" makes them differ between runs.
local name, number = "", 0

function init(args)
    name = args[1]
end

function request()
    number = number + 1
    return wrk.format("GET", "/" .. name .. "/" .. number)
end
