#!/usr/bin/env escript
%% -*- erlang -*-
%%! -noinput
%% The tell and ask workloads on Erlang/OTP, compiled; prints `name value` lines.
-mode(compile).

-define(ACTORS, 500).

main(["tell", Depth]) ->
    Burst = list_to_integer(Depth),
    %% One scheduler, as the others have one thread.
    erlang:system_flag(schedulers_online, 1),
    Self = self(),
    Actors = [spawn(fun() -> count(0, Self) end) || _ <- lists:seq(1, ?ACTORS)],
    _ = repeat(Actors, Burst, 300000),
    {Messages, Us} = repeat(Actors, Burst, 500000),
    io:format("rate ~p~n", [Messages * 1000000 / Us]);
main(["ask", _]) ->
    %% Asker and answerer on schedulers of their own where there are two.
    Echo = spawn_opt(fun echo/0, [{scheduler, 2}]),
    Self = self(),
    spawn_opt(fun() -> Self ! {times, ask(Echo, 20000)} end, [{scheduler, 1}]),
    Times = receive {times, Taken} -> lists:sort(lists:nthtail(10000, Taken)) end,
    Count = length(Times),
    io:format("p50 ~p~np99 ~p~n", [
        lists:nth(Count div 2, Times) / 1000,
        lists:nth(Count * 99 div 100, Times) / 1000
    ]).

count(Sum, Owner) ->
    receive
        {add, Amount} -> count(Sum + Amount, Owner);
        {last, Amount} -> Owner ! done, count(Sum + Amount, Owner)
    end.

repeat(Actors, Burst, Limit) -> repeat(Actors, Burst, Limit, now_us(), 0).

repeat(Actors, Burst, Limit, Started, Messages) ->
    burst(Actors, Burst),
    [receive done -> ok end || _ <- Actors],
    Total = Messages + ?ACTORS * Burst,
    case now_us() - Started of
        Took when Took >= Limit -> {Total, Took};
        _ -> repeat(Actors, Burst, Limit, Started, Total)
    end.

burst(Actors, 1) -> [Actor ! {last, 1} || Actor <- Actors];
burst(Actors, Left) ->
    [Actor ! {add, Left} || Actor <- Actors],
    burst(Actors, Left - 1).

echo() ->
    receive {ask, From, Ref} -> From ! {Ref, ok}, echo() end.

ask(Echo, Count) -> ask(Echo, Count, []).

ask(_, 0, Times) -> Times;
ask(Echo, Left, Times) ->
    Started = erlang:monotonic_time(nanosecond),
    Ref = make_ref(),
    Echo ! {ask, self(), Ref},
    receive {Ref, ok} -> ok end,
    ask(Echo, Left - 1, [erlang:monotonic_time(nanosecond) - Started | Times]).

now_us() -> erlang:monotonic_time(microsecond).
