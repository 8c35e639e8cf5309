%% The measurements of `ours.ts`, on the supervisor of Erlang's standard library.
%%
%% Compiled with erlc, so that it runs as machine code; the children are bare processes with one `receive` each, and
%% nothing is logged: there is no leaner supervised child. Prints one line of JSON, times in microseconds.
%%
%%     erl -noshell -pa DIR -s supervision main -extra RESTARTS SHORT LONG HUGE LATENCIES CHILDREN REPEATS
-module(supervision).
-behaviour(supervisor).
-export([main/0, init/1, start_ending/2, start_idle/0, start_timed/0]).
-export([ending/2, idle/0, timed/0]).

%% Restarts never exceed it, in a window that is longer than any run.
-define(HUGE, 1000000000).
-define(TIMER_MS, 600000).

main() ->
    logger:set_primary_config(level, none),
    [Restarts, Short, Long, Huge, Latencies, Children, Repeats] =
        [list_to_integer(Argument) || Argument <- init:get_plain_arguments()],
    %% The code is loaded, and the heaps have grown.
    _ = restart_rate(Restarts div 10, Short),
    _ = dynamic(Children, start_idle),
    InShort = restart_rate(Restarts, Short),
    InLong = restart_rate(Restarts, Long),
    InHuge = restart_rate(Restarts, Huge),
    Sorted = lists:sort(latencies(Latencies, Short)),
    {Starts, Memory, Stop} = medians([dynamic(Children, start_idle) || _ <- lists:seq(1, Repeats)]),
    {_, _, StopTimed} = medians([dynamic(Children, start_timed) || _ <- lists:seq(1, Repeats)]),
    print([
        {restartsShortWindow, InShort}, {restartsLongWindow, InLong}, {restartsHugeWindow, InHuge},
        {latencyMedian, quantile(Sorted, 0.5)}, {latencyP99, quantile(Sorted, 0.99)},
        {starts, Starts}, {memory, Memory}, {stop, Stop}, {stopTimed, StopTimed}
    ]),
    halt(0).

print(Figures) ->
    Pairs = [io_lib:format("\"~s\":~w", [Name, Figure]) || {Name, Figure} <- Figures],
    io:format(
        "{\"figures\":{~s},\"otp\":\"~s\",\"erts\":\"~s\",\"flavor\":\"~s\",\"schedulers\":~w}~n",
        [lists:join($,, Pairs), erlang:system_info(otp_release), erlang:system_info(version),
         erlang:system_info(emu_flavor), erlang:system_info(schedulers_online)]).

%% Restarts a second, where each window has a supervisor of its own: in OTP 25 a restart takes time in proportion to the
%% restarts that its supervisor remembers.
restart_rate(Restarts, InWindow) ->
    Bursts = Restarts div InWindow,
    Bursts * InWindow * 1.0e6 / lists:sum([burst(InWindow) || _ <- lists:seq(1, Bursts)]).

%% How long a child takes to be restarted so many times, where each ends as soon as it runs; in microseconds.
burst(Restarts) ->
    Ends = counters:new(1, []),
    {Supervisor, Child} = start_one(Ends),
    counters:put(Ends, 1, Restarts - 1),
    Begun = now_us(),
    Child ! crash,
    receive {up, _} -> ok end,
    Took = now_us() - Begun,
    stop(Supervisor),
    Took.

%% How long each restart took, one after the other, from sending the child its end to hearing from its successor.
latencies(Count, InWindow) ->
    lists:append([latencies(InWindow) || _ <- lists:seq(1, Count div InWindow)]).

latencies(Count) ->
    {Supervisor, Child} = start_one(counters:new(1, [])),
    Took = latencies_of(Child, Count, []),
    stop(Supervisor),
    Took.

latencies_of(_Child, 0, Took) -> Took;
latencies_of(Child, Left, Took) ->
    Begun = now_us(),
    Child ! crash,
    receive {up, Next} -> latencies_of(Next, Left - 1, [now_us() - Begun | Took]) end.

%% Children started a second, by one request each; the bytes that each holds; the milliseconds until all have stopped.
dynamic(Children, Start) ->
    {ok, Supervisor} = supervisor:start_link(?MODULE, {dynamic, Start}),
    collect(),
    Before = erlang:memory(total),
    Begun = now_us(),
    start_children(Supervisor, Children),
    Started = now_us() - Begun,
    collect(),
    Bytes = erlang:memory(total) - Before,
    Stopping = now_us(),
    stop(Supervisor),
    {Children * 1.0e6 / Started, Bytes / Children, (now_us() - Stopping) / 1.0e3}.

start_children(_Supervisor, 0) -> ok;
start_children(Supervisor, Left) ->
    {ok, _} = supervisor:start_child(Supervisor, []),
    start_children(Supervisor, Left - 1).

collect() -> lists:foreach(fun erlang:garbage_collect/1, processes()).

start_one(Ends) ->
    {ok, Supervisor} = supervisor:start_link(?MODULE, {one, Ends, self()}),
    receive {up, Child} -> {Supervisor, Child} end.

stop(Supervisor) ->
    unlink(Supervisor),
    Monitor = monitor(process, Supervisor),
    exit(Supervisor, shutdown),
    receive {'DOWN', Monitor, process, _, _} -> ok end.

init({one, Ends, Bench}) ->
    {ok, {#{strategy => one_for_one, intensity => ?HUGE, period => ?HUGE},
          [#{id => child, start => {?MODULE, start_ending, [Ends, Bench]}}]}};
init({dynamic, Start}) ->
    {ok, {#{strategy => simple_one_for_one},
          [#{id => child, start => {?MODULE, Start, []}, restart => temporary}]}}.

start_ending(Ends, Bench) -> {ok, spawn_link(?MODULE, ending, [Ends, Bench])}.
start_idle() -> {ok, spawn_link(?MODULE, idle, [])}.
start_timed() -> {ok, spawn_link(?MODULE, timed, [])}.

ending(Ends, Bench) ->
    case counters:get(Ends, 1) of
        0 ->
            Bench ! {up, self()},
            idle();
        _ ->
            counters:sub(Ends, 1, 1),
            exit(boom)
    end.

idle() ->
    receive crash -> exit(boom) end.

timed() ->
    erlang:send_after(?TIMER_MS, self(), late),
    idle().

medians(Dynamic) ->
    {Starts, Memory, Stop} = lists:unzip3(Dynamic),
    {median(Starts), median(Memory), median(Stop)}.

median(Values) -> quantile(lists:sort(Values), 0.5).

quantile(Sorted, Q) -> lists:nth(max(1, ceil(Q * length(Sorted))), Sorted).

now_us() -> erlang:monotonic_time(nanosecond) / 1000.
