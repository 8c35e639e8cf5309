#!/usr/bin/env escript
%%! +S 1:1
%% Runs scenarios (scenario.ts) on the stdlib supervisor of the Erlang at hand, and prints the trace that each leaves.
%%
%%     escript oracle.escript PARALLEL < scenarios
%%
%% In: one term `{Name, Tree, Steps}.` a line. Objects are maps; of the arrays `children`, `steps`, `exits` and `start`
%% are lists, the others tuples. Out: one line of JSON a scenario, `{"name":..,"trace":[..]}` or `{"name":..,"error":..}`,
%% in the order in which they end. Every scenario has a deadline, so the program ends also when nobody waits for it.
%%
%% There is one scheduler thread: what a process sends as it dies is sent before anybody reacts to it. So the order in
%% which events reach the collector is the order of cause and effect.
-mode(compile).
-export([init/1, start_node/2, worker/5]).

-define(DEADLINE_MS, 30000).
-define(QUIET_MS, 2).

main([Parallel]) ->
    ok = logger:set_primary_config(level, none),
    pool(scenarios(), #{}, list_to_integer(Parallel)).

scenarios() ->
    case io:read(standard_io, '') of
        {ok, Scenario} -> [Scenario | scenarios()];
        eof -> []
    end.

pool([], Running, _) when map_size(Running) =:= 0 ->
    ok;
pool([{Name, _, _} = Scenario | Rest], Running, Parallel) when map_size(Running) < Parallel ->
    {_, Ref} = spawn_monitor(fun() -> run(Scenario) end),
    pool(Rest, Running#{Ref => Name}, Parallel);
pool(Waiting, Running, Parallel) ->
    receive
        {'DOWN', Ref, process, _, Reason} ->
            {Name, Left} = maps:take(Ref, Running),
            Reason =:= normal orelse print(#{name => Name, error => text(io_lib:format("~0p", [Reason]))}, #{}),
            pool(Waiting, Left, Parallel)
    end.

%% ---- One scenario.

run({Name, #{id := Root} = Tree, Steps}) ->
    {ok, _} = timer:exit_after(?DEADLINE_MS, too_slow),
    Nothing = #{scripts => #{}, attempts => #{}, latest => #{}, names => #{}},
    Collector = spawn_link(fun() -> collector(Nothing, [], 0) end),
    declare(Collector, Tree),
    Runner = self(),
    Parent = spawn_link(fun() -> parent(Runner, Collector, Tree) end),
    Started = receive {started, Result} -> Result end,
    quiet(Collector),
    World = #{collector => Collector, parent => Parent, root => Root},
    First = record(0, start, {result, Started}, #{}, World),
    {Trace, _} = lists:mapfoldl(
        fun({Index, Step}, Answers) ->
            {Answer, More} = perform(Step, World, Answers),
            case Step of
                #{settle := Ms} -> timer:sleep(Ms);
                _ -> quiet(Collector)
            end,
            {record(Index, maps:get(op, Step), Answer, Step, World), More}
        end, #{}, lists:zip(lists:seq(1, length(Steps)), Steps)),
    print(#{name => Name, trace => [First | Trace]}, call(Collector, names)),
    %% A supervisor that was never stopped, and workers that ignore everything else.
    unlink(Parent),
    exit(Parent, kill),
    [exit(Pid, kill) || {_, Pid, _} <- call(Collector, alive)],
    ok.

%% The root's parent: it traps exits, and its exit signals are the ones that the root obeys.
parent(Runner, Collector, Tree) ->
    process_flag(trap_exit, true),
    Started = start_node(Collector, Tree),
    Runner ! {started, Started},
    parent(Started).

parent(Started) ->
    receive
        {stop, Reason} ->
            {ok, Root} = Started,
            exit(Root, Reason),
            parent(Started);
        _ ->
            parent(Started)
    end.

record(Index, Op, Answer, Step, #{collector := Collector}) ->
    %% A snapshot waits for blocked supervisors, so it comes before the events are taken.
    State = case Step of
        #{snapshot := false} -> #{};
        _ -> #{state => maps:from_list([{Id, state(Pid)} || {Id, Pid, supervisor} <- call(Collector, alive)])}
    end,
    Result = case Answer of
        {result, R} -> #{result => R};
        none -> #{}
    end,
    maps:merge(maps:merge(State, Result), #{step => Index, op => Op, events => call(Collector, take)}).

state(Pid) ->
    Counts = supervisor:count_children(Pid),
    #{
        children => lines(supervisor:which_children(Pid)),
        counts => [proplists:get_value(Key, Counts) || Key <- [specs, active, supervisors, workers]]
    }.

lines(Children) -> [{Id, Child, Type} || {Id, Child, Type, _} <- Children].

%% Quiet: every supervisor answers, none has a child to try again, nobody has a message left, nothing happens.
quiet(Collector) ->
    Before = call(Collector, count),
    Answered = answered(Collector),
    timer:sleep(?QUIET_MS),
    IsQuiet = Answered andalso answered(Collector) andalso idle(Collector) andalso call(Collector, count) =:= Before,
    IsQuiet orelse quiet(Collector).

answered(Collector) ->
    lists:all(fun(Children) -> not lists:keymember(restarting, 2, Children) end,
        [try supervisor:which_children(Pid) catch exit:_ -> [] end || {_, Pid, supervisor} <- call(Collector, alive)]).

idle(Collector) ->
    lists:all(fun({_, Pid, _}) -> process_info(Pid, [status, message_queue_len]) =:=
        [{status, waiting}, {message_queue_len, 0}] end, call(Collector, alive)).

%% ---- Steps: {{result, Result} | none, Answers of asynchronous steps}.

perform(#{async := Name} = Step, World, Answers) ->
    Runner = self(),
    spawn_link(fun() -> Runner ! {answer, Name, api(Step, World)} end),
    {{result, async}, Answers};
perform(#{op := await, name := Name}, _, Answers) ->
    {{result, receive {answer, Name, Answer} -> Answer end}, Answers};
perform(#{op := Op} = Step, #{collector := Collector} = World, Answers) ->
    {case Op of
        exit -> {result, leave(maps:get(id, Step), maps:get(reason, Step, normal), World)};
        kill -> {result, leave(maps:get(id, Step), kill, World)};
        signal -> {result, on_process(maps:get(id, Step), World, fun(Pid, _) -> exit(Pid, maps:get(reason, Step)) end)};
        release -> {result, on_process(maps:get(id, Step), World, fun(Pid, _) -> Pid ! release end)};
        unexpected -> {result, on_process(maps:get(sup, Step), World, fun(Pid, _) -> Pid ! unexpected end)};
        stop ->
            Stop = {stop, maps:get(reason, Step, normal)},
            {result, on_process(maps:get(root, World), World, fun(_, _) -> maps:get(parent, World) ! Stop end)};
        batch -> {result, batch(Step, World)};
        wait -> timer:sleep(maps:get(ms, Step)), none;
        align ->
            Behind = (maps:get(ms, Step) - erlang:monotonic_time(millisecond)) rem 1000,
            timer:sleep((Behind + 1000) rem 1000),
            none;
        set_start -> call(Collector, {script, maps:get(id, Step), script(maps:get(start, Step))}), none;
        fail_starts ->
            Failure = maps:merge(#{error => maps:get(reason, Step, efail)}, maps:with([delay], Step)),
            call(Collector, {fail, maps:get(id, Step), lists:duplicate(maps:get(count, Step, 1), Failure)}),
            none;
        _ -> {result, api(Step, World)}
    end, Answers}.

on_process(Id, #{collector := Collector}, Do) ->
    case call(Collector, {latest, Id}) of
        {Pid, Kind, true} -> Do(Pid, Kind), ok;
        _ -> no_process
    end.

leave(Id, kill, World) -> on_process(Id, World, fun(Pid, _) -> exit(Pid, kill) end);
leave(Id, Reason, World) ->
    on_process(Id, World, fun
        (Pid, supervisor) -> sys:terminate(Pid, Reason, infinity);
        (Pid, worker) -> Pid ! {leave, Reason}
    end).

%% The supervisor is frozen while they die one by one, so all of the deaths wait before it looks at the first.
batch(#{sup := Sup, exits := Exits}, #{collector := Collector} = World) ->
    Die = fun(#{id := Id, reason := Reason}) ->
        Ref = case call(Collector, {latest, Id}) of
            {Pid, _, true} -> monitor(process, Pid);
            _ -> none
        end,
        Result = leave(Id, Reason, World),
        Ref =:= none orelse receive {'DOWN', Ref, process, _, _} -> ok end,
        Result
    end,
    case call(Collector, {latest, Sup}) of
        undefined -> no_process;
        {_, _, false} -> [Die(Exit) || Exit <- Exits];
        {Pid, _, true} ->
            ok = sys:suspend(Pid, infinity),
            Results = [Die(Exit) || Exit <- Exits],
            ok = sys:resume(Pid, infinity),
            Results
    end.

api(#{op := Op, sup := Sup} = Step, #{collector := Collector}) ->
    case call(Collector, {latest, Sup}) of
        undefined -> no_process;
        {Pid, _, _} ->
            try ask(Op, Pid, Step, Collector)
            catch exit:{Reason, {gen_server, call, _}} -> {exit, Reason}
            end
    end.

ask(which_children, Sup, _, _) -> lines(supervisor:which_children(Sup));
ask(count_children, Sup, _, _) -> maps:from_list(supervisor:count_children(Sup));
ask(start_child, Sup, #{spec := Spec}, Collector) ->
    declare(Collector, Spec),
    supervisor:start_child(Sup, child_spec(Collector, Spec));
ask(get_childspec, Sup, Step, Collector) ->
    case supervisor:get_childspec(Sup, target(Step, Collector)) of
        {ok, Spec} -> {ok, maps:with([id, restart, shutdown, significant, type], Spec)};
        Error -> Error
    end;
ask(Op, Sup, Step, Collector) when Op =:= terminate_child; Op =:= restart_child; Op =:= delete_child ->
    supervisor:Op(Sup, target(Step, Collector)).

target(#{id := Id, by := pid}, Collector) -> element(1, call(Collector, {latest, Id}));
target(#{id := Id}, _) -> Id.

%% ---- The tree.

declare(Collector, #{id := Id} = Node) ->
    call(Collector, {declare, Id, script(maps:get(start, maps:get(behavior, Node, #{}), []))}),
    [declare(Collector, Child) || Child <- maps:get(children, Node, [])],
    ok.

script(Starts) when is_list(Starts) -> Starts;
script(Start) -> [Start].

child_spec(Collector, Node) ->
    maps:merge(maps:with([id, restart, shutdown, type], Node), #{start => {?MODULE, start_node, [Collector, Node]}}).

%% The start function of every child.
start_node(Collector, #{id := Id} = Node) ->
    {N, Script} = call(Collector, {attempt, Id}),
    is_map(Script) andalso timer:sleep(maps:get(delay, Script, 0)),
    Result = start_node(maps:get(type, Node, worker), Collector, Node, N, Script),
    tell(Collector, case Result of
        {ok, _} -> {start, Id, N};
        {ok, _, _} -> {start, Id, N};
        {error, Reason} -> {start_error, Id, N, Reason};
        Garbage -> {start_error, Id, N, Garbage}
    end),
    case Script of
        #{throw := _} -> throw(Result);
        _ -> Result
    end.

start_node(supervisor, Collector, Node, N, Script) ->
    supervisor:start_link(?MODULE, {Collector, Node, N, Script});
start_node(worker, _, _, _, #{return := Garbage}) -> Garbage;
start_node(worker, _, _, _, #{throw := Thrown}) -> Thrown;
start_node(worker, Collector, Node, N, Script) ->
    proc_lib:start_link(?MODULE, worker, [Collector, self(), Node, N, Script]).

init({Collector, #{id := Id} = Node, N, Script}) ->
    call(Collector, {process, Id, N, self(), supervisor}),
    tell(Collector, {init, Id, N}),
    case Script of
        #{error := Reason} -> error(Reason);
        #{return := Garbage} -> Garbage;
        _ ->
            Specs = [child_spec(Collector, Child) || Child <- maps:get(children, Node, [])],
            {ok, {maps:with([strategy, intensity, period], Node), Specs}}
    end.

worker(_, Parent, _, _, #{error := Reason}) ->
    unlink(Parent),
    proc_lib:init_ack(Parent, {error, Reason});
worker(_, _, _, _, #{crash := Reason}) ->
    error(Reason);
worker(Collector, Parent, #{id := Id} = Node, N, Script) ->
    Behavior = maps:get(behavior, Node, #{}),
    process_flag(trap_exit, maps:get(trapExit, Behavior, true)),
    call(Collector, {process, Id, N, self(), worker}),
    proc_lib:init_ack(Parent, case Script of
        #{info := Info} -> {ok, self(), Info};
        _ -> {ok, self()}
    end),
    case Script of
        #{exitAfter := Life} -> erlang:send_after(Life, self(), {leave, maps:get(reason, Script, normal)});
        _ -> ok
    end,
    Reason = until_asked(Parent),
    tell(Collector, {stopping, Id, N, Reason}),
    case maps:get(onShutdown, Behavior, obey) of
        obey -> exit(Reason);
        ignore -> until_asked(nobody);
        hold -> linger(infinity, Reason);
        #{delay := Ms} -> linger(Ms, Reason);
        #{exit := Other} -> exit(Other)
    end.

linger(Ms, Reason) ->
    receive
        release -> exit(Reason);
        {leave, Other} -> exit(Other)
    after Ms -> exit(Reason)
    end.

until_asked(Parent) ->
    receive
        {leave, Reason} -> exit(Reason);
        {'EXIT', Parent, Reason} -> Reason;
        _ -> until_asked(Parent)
    end.

%% ---- The collector: what has happened, and who is who.

call(Collector, Request) ->
    Ref = monitor(process, Collector),
    Collector ! {call, self(), Ref, Request},
    receive
        {Ref, Answer} -> demonitor(Ref, [flush]), Answer;
        {'DOWN', Ref, process, _, Reason} -> exit({collector, Reason})
    end.

tell(Collector, Event) -> Collector ! {event, Event}.

%% `names`: pid => {Id, N, Kind, is it up?}, of every process ever; `latest`: Id => {Pid, Kind, is it alive?}.
collector(#{names := Names, latest := Latest} = State, Events, Count) ->
    receive
        {call, From, Ref, take} ->
            From ! {Ref, [event(Event) || Event <- lists:reverse(Events)]},
            collector(State, [], Count);
        {call, From, Ref, count} ->
            From ! {Ref, Count},
            collector(State, Events, Count);
        {call, From, Ref, Request} ->
            {Answer, Next} = answer(Request, State),
            From ! {Ref, Answer},
            collector(Next, Events, Count);
        {event, {start, Id, N} = Event} ->
            Up = maps:map(fun(_, {I, M, Kind, IsUp}) -> {I, M, Kind, IsUp orelse {I, M} =:= {Id, N}} end, Names),
            collector(State#{names := Up}, [Event | Events], Count + 1);
        {event, Event} ->
            collector(State, [Event | Events], Count + 1);
        {'DOWN', _, process, Pid, Reason} ->
            {Id, N, Kind, IsUp} = maps:get(Pid, Names),
            Next = case Latest of
                #{Id := {Pid, _, _}} -> State#{latest := Latest#{Id := {Pid, Kind, false}}};
                _ -> State
            end,
            %% What failed to start has no end.
            case IsUp of
                true -> collector(Next, [{exit, Id, N, Reason} | Events], Count + 1);
                false -> collector(Next, Events, Count + 1)
            end
    end.

answer({declare, Id, Script}, #{scripts := Scripts} = State) ->
    {ok, State#{scripts := maps:merge(#{Id => Script}, Scripts)}};
answer({script, Id, Script}, #{scripts := Scripts} = State) ->
    {ok, State#{scripts := Scripts#{Id => Script}}};
answer({fail, Id, Failures}, #{scripts := Scripts} = State) ->
    case Scripts of
        #{Id := Script} -> {ok, State#{scripts := Scripts#{Id := Failures ++ Script}}};
        _ -> {ok, State}
    end;
answer({attempt, Id}, #{scripts := Scripts, attempts := Attempts} = State) ->
    N = maps:get(Id, Attempts, 0) + 1,
    {Start, Rest} = case maps:get(Id, Scripts, []) of
        [First | More] -> {First, More};
        [] -> {ok, []}
    end,
    {{N, Start}, State#{attempts := Attempts#{Id => N}, scripts := Scripts#{Id => Rest}}};
answer({process, Id, N, Pid, Kind}, #{names := Names, latest := Latest} = State) ->
    monitor(process, Pid),
    {ok, State#{names := Names#{Pid => {Id, N, Kind, false}}, latest := Latest#{Id => {Pid, Kind, true}}}};
answer({latest, Id}, #{latest := Latest} = State) ->
    {maps:get(Id, Latest, undefined), State};
answer(alive, #{latest := Latest} = State) ->
    {[{Id, Pid, Kind} || {Id, {Pid, Kind, true}} <- maps:to_list(Latest)], State};
answer(names, #{names := Names} = State) ->
    {maps:map(fun(_, {Id, N, _, _}) -> text(io_lib:format("~s#~b", [Id, N])) end, Names), State}.

event({Ev, Id, N}) -> #{ev => Ev, id => Id, n => N};
event({Ev, Id, N, Reason}) -> #{ev => Ev, id => Id, n => N, reason => Reason}.

%% ---- JSON. OTP 25 has no module for it.

print(Term, Names) -> io:put_chars([json(Term, Names), $\n]).

text(Chars) -> unicode:characters_to_binary(Chars).

json(Map, Names) when is_map(Map) ->
    Pairs = [[json(Key, Names), $:, json(Value, Names)] || {Key, Value} <- maps:to_list(Map)],
    [${, lists:join($,, Pairs), $}];
json(Integer, _) when is_integer(Integer) -> integer_to_list(Integer);
json(Boolean, _) when is_boolean(Boolean) -> atom_to_binary(Boolean);
%% The recorded traces name their own callback module.
json(?MODULE, Names) -> json(oo_sup, Names);
json(Atom, Names) when is_atom(Atom) -> json(atom_to_binary(Atom), Names);
json(Pid, Names) when is_pid(Pid) -> json(maps:get(Pid, Names), Names);
%% The supervisor's own record of a child, which it tells in the error of start_child.
json(Child, Names) when element(1, Child) =:= child, tuple_size(Child) > 7 ->
    json(text(io_lib:format("child:~s", [element(3, Child)])), Names);
json({Reason, [{_, _, _, Location} | _]}, Names) when is_list(Location) -> json({Reason, stack}, Names);
json(Tuple, Names) when is_tuple(Tuple) -> json(tuple_to_list(Tuple), Names);
json(List, Names) when is_list(List) -> [$[, lists:join($,, [json(Each, Names) || Each <- List]), $]];
json(Text, _) when is_binary(Text) ->
    [$", [case C of $" -> "\\\""; $\\ -> "\\\\"; _ when C < 32 -> io_lib:format("\\u~4.16.0b", [C]); _ -> C end
        || C <- unicode:characters_to_list(Text)], $"].
